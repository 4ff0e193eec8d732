"""Learning: the office's own models, made of counts alone.

What a document teaches is a handful of `Mark`s; learning adds them to a `Knowledge`, un-learning subtracts them, so that an undo
leaves exactly what was there before. Every suggestion can therefore name the words and the documents that it comes from. Nothing
here reads files, the archive or the clock.

knowledge   counts by question and answer, bounded           features   words of a document as countable features
bayes       the answer that the words speak for, or none     trials     how often such answers were right: confidence
corrections what the clerk mends again and again             habits     what is usual with an issuer, and where it stands
advice      suggestions for one document                     teaching   what one confirmed document teaches
exchange    knowledge as JSON for the other desks, checked on the way in
"""

from app.describe.learning.advice import Advice, advise
from app.describe.learning.features import Case
from app.describe.learning.knowledge import Knowledge, Mark, Tally
from app.describe.learning.teaching import teach

__all__ = ["Advice", "Case", "Knowledge", "Mark", "Tally", "advise", "teach"]
