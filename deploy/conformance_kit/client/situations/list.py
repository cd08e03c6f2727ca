from ...situations import Situations

SITUATIONS = Situations()
