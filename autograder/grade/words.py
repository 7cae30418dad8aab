"""The grader's words for a student: English here, translated in the catalogues."""

from autograder.author.translate import LANGUAGES, messages

UNANSWERED = "No response."  # nbgrader's own comment on an untouched cell

# What `{…}` stands for is filled in; each sentence is translated as a whole.
WORDS = {
    "points": "{points} of {maximum} points",
    "interrupted": "The cell {cell} ran longer than {limit} s and was interrupted."
    " Look for a loop that never ends.",
    "hung": "The cell {cell} ran longer than {limit} s and could not be interrupted,"
    " so nothing after it ran. Look for a loop that never ends.",
    "died": "Python stopped in the cell {cell}, so nothing after it ran.",
    "memory": "The notebook used more than {limit} GB of memory in the cell {cell} and"
    " was stopped, so nothing after it ran.",
    "processes": "The notebook started more than {limit} processes in the cell {cell},"
    " or took more than one processor, and was stopped, so nothing after it ran.",
    "out_of_time": "The notebook ran longer than {limit} s in all and was stopped in"
    " the cell {cell}, so nothing after it ran.",
    "refused": "What this cell handed back could not be read, so it does not count.",
    "feedback": "Feedback",
    "score": "Score",
    "check": "Check",
    "answer": "Answer in words",
    "code": "Your code",
    "comment": "Comment",
    "no_response": "No answer.",
    "waiting": "A teacher will read this answer.",
    "late": "Taken off because it came late",
    "top": "To the top",
    "total": "Total",
    "printed": "Your code printed:",
    "unread": "Your notebook could not be read, so it has no points. Open it in"
    " Jupyter, save it and hand it in again.",
    "restored": "This check was missing from your notebook and was put back.",
}


def words(language: str) -> dict[str, str]:
    """Return WORDS in a language; one that is not known is English."""
    translated = messages(language, "autograder") if language in LANGUAGES else {}
    return {key: translated.get(english, english) for key, english in WORDS.items()}
