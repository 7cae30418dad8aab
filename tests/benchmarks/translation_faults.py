"""Each fault of a copied translator, alone: what does it look like?

Takes five minutes. From the root:
python tests/benchmarks/translation_faults.py \
    > book/attnbook/recorded/translation_faults.json
"""

import sys

import numpy as np
from attnbook.data.real import SentencePair
from attnbook.data.sentences import SentenceSettings, make_sentences
from attnbook.data.translation import Vocabularies, clean, split_by_source
from attnbook.torch.faulty_translator import (
    FAULTS,
    FaultyTranslator,
    faulty_loss,
    symptoms,
)
from attnbook.torch.training import two_at_a_time
from attnbook.torch.translator_training import (
    TranslatorSettings,
    train_translator,
    translate,
)
from attnbook.translation_scores import translation_scores
from recording import show

SEEDS, SETTINGS = (0, 1, 2), TranslatorSettings()
SENTENCES = SentenceSettings(train=3000, held_out=10)


def parts():
    """Held-out, test and training pairs, and their vocabularies, as on the page."""
    trios, _ = make_sentences(SENTENCES, np.random.default_rng(0))
    pairs = clean([SentencePair(trio.en.text, trio.zh.text) for trio in trios], "zh")
    dev, test, train = split_by_source(pairs, (150, 150), np.random.default_rng(0))
    return dev, test, train, Vocabularies.of(train, "zh", 2)


def main() -> int:
    """Measure, and print the result with everything needed to repeat it."""
    dev, test, train, vocabs = parts()

    def one(fault: str, seed: int) -> dict[str, float]:
        rng = np.random.default_rng(seed)
        sizes = len(vocabs.source), len(vocabs.target), SETTINGS.embed, SETTINGS.hidden
        model = FaultyTranslator(fault, *sizes, rng=rng)
        history = train_translator(
            model, train, dev, vocabs, SETTINGS, rng, faulty_loss
        )
        written = translate(model, [pair.en for pair in test], vocabs)
        scores = translation_scores(written, [[pair.other] for pair in test], "zh")
        lost = min(held_out for _, held_out in history)
        return {"loss": lost, **scores, **symptoms(model, test, vocabs)}

    results = two_at_a_time(one, [(fault, seed) for fault in FAULTS for seed in SEEDS])
    found = {
        "what": "held-out loss as the program reports it, BLEU of greedy decoding on "
        "unseen sentences, and what the attention weights look like, by fault",
        "measured": {
            fault: [results[fault, seed] for seed in SEEDS] for fault in FAULTS
        },
        "seeds": SEEDS,
        "settings": f"{SETTINGS}, {SENTENCES}",
        "vocabulary": len(vocabs.target),
        "data": "the generated corpus, English to Chinese",
    }
    return show(found, ("torch", "numpy", "sacrebleu"), ", 2 runs, 1 thread each")


if __name__ == "__main__":
    sys.exit(main())
