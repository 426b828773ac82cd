"""The whole story, in its order."""

from tests.tour import doors, duties, founding, letters
from tests.tour.steps import Step

STORY = [each for part in (founding, letters, duties, doors) for chapter in part.CHAPTERS for each in chapter]
STEPS = [each for each in STORY if isinstance(each, Step)]
