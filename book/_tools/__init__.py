"""What book/build.py does around Sphinx."""

import sys

# jsonschema tries this package for addresses in schemas, of which we have none. To load
# it takes two seconds, half the time from a changed sentence to the screen.
sys.modules.setdefault("rfc3987_syntax", None)
