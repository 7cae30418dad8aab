"""A grammar of three languages: one meaning, said in English, Japanese and Chinese."""

from attnbook.data.grammar import chinese, english, japanese

REALISERS = {"en": english.realise, "ja": japanese.realise, "zh": chinese.realise}
