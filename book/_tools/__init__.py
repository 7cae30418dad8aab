"""What book/build.py does around Sphinx."""
