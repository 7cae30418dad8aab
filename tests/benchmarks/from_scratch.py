"""Dates, full size, in NumPy alone: how well after three epochs, and how fast?

Wants ATTNBOOK_DATA to hold the set dls2. PUBLIC_CODE may hold the code of the public
repository oreilly-japan/deep-learning-from-scratch-2, which is then timed in turns with
ours, on the same batches. Both in one thread, in seconds of processor time, which other
programs on the machine do not change much. Takes twenty minutes. From the root:
OMP_NUM_THREADS=1 python tests/benchmarks/from_scratch.py > \
book/attnbook/recorded/from_scratch.json
"""

import os
import sys
from collections.abc import Callable
from time import process_time

import numpy as np
from attnbook.data.real import load_dates
from attnbook.data.vocabulary import Vocabulary
from attnbook.numpy.adam import Adam
from attnbook.numpy.attention_seq2seq import Seq2Seq, Sizes
from attnbook.numpy.training import TrainSettings, exact_match, train_epoch
from recording import show

SEEDS, EPOCHS, HELD_OUT = (0, 1, 2), 3, 5_000
SETTINGS = TrainSettings()
TURNS, STEPS, ANSWERS = 6, 5, (60, 1000)  # in a turn: steps, answers of each side


def read_pairs() -> tuple[int, np.ndarray, np.ndarray]:
    """Return V, reversed sources (N, 29) and targets (N, 11) in one order for all."""
    pairs = load_dates()
    vocab = Vocabulary([source + target for source, target in pairs])
    src_ids, _ = vocab.encode([source[::-1] for source, _ in pairs])  # (N, 29)
    tgt_ids, _ = vocab.encode([target for _, target in pairs])  # (N, 11)
    order = np.random.default_rng(1984).permutation(len(pairs))
    return len(vocab), src_ids[order], tgt_ids[order]


def learn(vocab: int, src_ids: np.ndarray, tgt_ids: np.ndarray, seed: int) -> dict:
    """Exact match on the held-out pairs after each epoch, and the seconds of each."""
    rng = np.random.default_rng(seed)
    model, adam = Seq2Seq("attention", Sizes(vocab), rng), Adam()
    found = {"exact_match": [], "train_seconds": [], "test_seconds": []}
    for _ in range(EPOCHS):
        start = process_time()
        pairs = src_ids[HELD_OUT:], tgt_ids[HELD_OUT:]
        train_epoch(model, adam, *pairs, SETTINGS, rng)
        middle = process_time()
        match = exact_match(model, src_ids[:HELD_OUT], tgt_ids[:HELD_OUT])
        found["exact_match"].append(match)
        found["train_seconds"].append(round(middle - start, 2))
        found["test_seconds"].append(round(process_time() - middle, 2))
        print(seed, found, file=sys.stderr)
    return found


def seconds(work: Callable, *given) -> float:
    """The processor's seconds for work(*given)."""
    start = process_time()
    work(*given)
    return process_time() - start


def public_code(vocab: int) -> tuple[Callable, Callable]:
    """Steps on batches and answers one by one, as the public code trains and tests."""
    sys.path.insert(0, os.environ["PUBLIC_CODE"])
    from ch08.attention_seq2seq import AttentionSeq2seq
    from common.optimizer import Adam as PublicAdam
    from common.trainer import remove_duplicate
    from common.util import clip_grads

    model, adam = AttentionSeq2seq(vocab, 16, 256), PublicAdam()

    def train(src_ids, tgt_ids):
        for start in range(0, len(src_ids), SETTINGS.batch):
            rows = slice(start, start + SETTINGS.batch)
            model.forward(src_ids[rows], tgt_ids[rows])
            model.backward()
            params, grads = remove_duplicate(model.params, model.grads)
            clip_grads(grads, SETTINGS.clip)
            adam.update(params, grads)

    def test(src_ids, tgt_ids):
        right = 0
        for row in range(len(src_ids)):
            bos, *wanted = tgt_ids[row]
            written = model.generate(src_ids[[row]], bos, len(wanted))
            right += [int(token) for token in written] == wanted
        return right / len(src_ids)

    return train, test


def in_turns(vocab: int, src_ids: np.ndarray, tgt_ids: np.ndarray) -> dict:
    """Seconds for an epoch's training and its test, of the public code and of ours."""
    rng = np.random.default_rng(0)
    model, adam = Seq2Seq("attention", Sizes(vocab), rng), Adam()
    their_train, their_test = public_code(vocab)
    steps = (len(src_ids) - HELD_OUT) // SETTINGS.batch / STEPS  # an epoch's share
    found = {"public": [], "ours": []}
    for turn in range(TURNS + 1):
        rows = rng.permutation(len(src_ids))
        train = [ids[rows[: STEPS * SETTINGS.batch]] for ids in (src_ids, tgt_ids)]
        few, many = ([ids[rows[:n]] for ids in (src_ids, tgt_ids)] for n in ANSWERS)
        public = seconds(their_train, *train), seconds(their_test, *few)
        ours = seconds(train_epoch, model, adam, *train, SETTINGS, rng)
        ours = ours, seconds(exact_match, model, *many)
        if turn:  # the first one warms up
            pairs = zip(("public", "ours"), (public, ours), ANSWERS, strict=True)
            for name, (training, test), answers in pairs:
                test *= HELD_OUT / answers
                found[name].append([round(training * steps, 2), round(test, 2)])
        print(found, file=sys.stderr)
    return found


def learn_public(vocab: int, src_ids: np.ndarray, tgt_ids: np.ndarray) -> list[float]:
    """Exact match of the public code after each epoch, on 1,000 held-out pairs."""
    train, test = public_code(vocab)
    rng, found = np.random.default_rng(0), []
    for _ in range(EPOCHS):
        rows = HELD_OUT + rng.permutation(len(src_ids) - HELD_OUT)
        rows = rows[: len(rows) // SETTINGS.batch * SETTINGS.batch]
        train(src_ids[rows], tgt_ids[rows])
        found.append(test(src_ids[:1000], tgt_ids[:1000]))
        print(found, file=sys.stderr)
    return found


def main() -> int:
    """Measure, and print the result with everything needed to repeat it."""
    vocab, src_ids, tgt_ids = read_pairs()
    found = {
        "what": "exact match of the model by hand on 5,000 dates after each of three "
        "epochs of 45,000; processor seconds of an epoch's training and of its test, "
        "of ours and, in turns with it, of deep-learning-from-scratch-2",
    }
    if "PUBLIC_CODE" in os.environ:
        found["in_turns"] = in_turns(vocab, src_ids, tgt_ids)
        found["public_learned"] = learn_public(vocab, src_ids, tgt_ids)
    found["learned"] = [learn(vocab, src_ids, tgt_ids, seed) for seed in SEEDS]
    found |= {"seeds": SEEDS, "settings": str(SETTINGS), "sizes": str(Sizes(vocab))}
    found["data"] = "date.txt of deep-learning-from-scratch-2, MIT"
    return show(found, ("numpy",), ", 1 thread")


if __name__ == "__main__":
    sys.exit(main())
