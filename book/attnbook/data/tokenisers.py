"""Cut raw text into tokens: characters, or words of English, Japanese and Chinese."""

import re
import unicodedata
import warnings
from functools import cache

# A word with its apostrophe, as in don't, or one sign.
ENGLISH = re.compile(r"\w+(?:'\w+)?|[^\w\s]")


def normalise(text: str) -> str:
    """Write what means the same in the same way.

    Full-width letters and figures become narrow ones, half-width kana wide ones (NFKC),
    capitals small, and a run of white space one space.
    """
    text = unicodedata.normalize("NFKC", text).lower()
    return " ".join(text.split())


def characters(text: str) -> list[str]:
    """Every character is a token, spaces too."""
    return list(text)


def words(text: str, language: str) -> list[str]:
    """Cut a text into words.

    Args:
        language: "en" cuts at spaces and signs, "ja" asks MeCab (by fugashi, with the
            dictionary unidic-lite), "zh" asks jieba.
    """
    if language == "en":
        return ENGLISH.findall(text)
    if language == "ja":
        return [word.surface for word in _mecab()(text)]
    if language == "zh":
        return [word for word in _jieba().lcut(text) if word.strip()]
    raise ValueError(f"language must be en, ja or zh, got {language!r}")


@cache
def _mecab():
    import fugashi  # here, since whoever has no use for Japanese may lack it

    return fugashi.Tagger()


@cache
def _jieba():
    with warnings.catch_warnings():  # jieba is old, its strings and imports, too
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel("WARNING")  # it tells on stderr how it reads its dictionary
    return jieba.Tokenizer()
