"""BLEU and chrF of translations, by sacrebleu."""

from collections.abc import Sequence

from sacrebleu.metrics import BLEU, CHRF

TOKENISERS = {"zh": "zh", "ja": "char"}  # both count Chinese characters one by one


def translation_scores(
    written: Sequence[str], references: Sequence[Sequence[str]], language: str
) -> dict[str, float]:
    """Score a whole test set.

    Args:
        written: one translation for each source.
        references: for each source, all the translations that people gave.

    Returns:
        "bleu" and "chrf", both from 0 to 100.
    """
    if not len(written) == len(references) > 0:
        raise ValueError(f"{len(written)} translations, {len(references)} references")
    most = max(map(len, references))
    streams = [
        [each[number] if number < len(each) else None for each in references]
        for number in range(most)
    ]
    metrics = {"bleu": BLEU(tokenize=TOKENISERS[language]), "chrf": CHRF()}
    return {
        name: metric.corpus_score(list(written), streams).score
        for name, metric in metrics.items()
    }
