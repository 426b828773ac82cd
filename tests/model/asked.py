"""What is asked about a duty: more time, a cause to be confirmed, an explanation, the help of other units."""

from datetime import date

from tests.model.book import CLOSED, EXTENSIONS_MAX, WORKING, Book, Refused, Request, S, W


class Asked(Book):
    """What waits for an answer of somebody else."""

    # --- more time ------------------------------------------------------------------------------------

    def ask_extension(self, number: int, name: str, wanted_on: date) -> None:
        duty = self._in(number, *WORKING)
        if duty.due is None:
            raise Refused("InvalidValue")
        if any(r.kind == "extension" and r.state == "waiting" for r in self._about(duty)):
            raise Refused("AlreadyExists")
        if wanted_on <= duty.due:
            raise Refused("InvalidValue")
        self.requests[name] = Request("extension", duty, wanted_on=wanted_on)
        if duty.state is S.ASSIGNED:
            self._received(duty)
            self._move(duty, S.ACKNOWLEDGED)
        self._begin(duty, W.EXTENSION, name, self.today)

    def grant_extension(self, name: str, due: date | None) -> None:
        request = self._waiting(name)
        duty = request.duty
        if duty.state not in (*WORKING, S.SUBMITTED):
            raise Refused("MoveNotAllowed")
        granted = due or request.wanted_on
        assert granted is not None
        assert duty.due is not None
        if granted <= duty.due:
            raise Refused("InvalidValue")
        whole = self.duties[duty.parent] if duty.parent is not None else None
        if whole is not None and whole.due is not None and granted > whole.due:
            raise Refused("InvalidValue")
        if duty.extended >= EXTENSIONS_MAX:
            raise Refused("NoMoreExtensions")
        request.state, duty.due = "granted", granted
        duty.extended += 1
        duty.version += 1
        duty.clocks[W.EXTENSION, name].stop()
        if duty.state in WORKING:
            self._begin(duty, W.DEADLINE)

    def refuse_extension(self, name: str) -> None:
        request = self._waiting(name)
        request.state = "refused"
        request.duty.clocks[W.EXTENSION, name].stop()

    # --- causes and explanations ----------------------------------------------------------------------

    def claim_cause(self, number: int, name: str) -> None:
        duty = self.duties[number]
        if any(r.kind == "cause" and r.state == "waiting" for r in self._about(duty)):
            raise Refused("AlreadyExists")
        self.requests[name] = Request("cause", duty)

    def confirm_cause(self, name: str) -> None:
        self._waiting(name).state = "granted"

    def refuse_cause(self, name: str) -> None:
        self._waiting(name).state = "refused"

    def ask_explanation(self, number: int, name: str, due: date) -> None:
        duty = self.duties[number]
        if duty.state in CLOSED:
            raise Refused("MoveNotAllowed")
        self.requests[name] = Request("explanation", duty)
        self._begin(duty, W.EXPLANATION, name, due)

    def explain(self, name: str) -> None:
        self._end_explanation(name, "answered")

    def close_explanation(self, name: str) -> None:
        self._end_explanation(name, "closed")

    def _end_explanation(self, name: str, state: str) -> None:
        request = self._waiting(name)
        request.state = state
        request.duty.clocks[W.EXPLANATION, name].stop()

    # --- the help of other units ----------------------------------------------------------------------

    def add_helper(self, number: int, unit: str) -> None:
        duty = self.duties[number]
        if duty.parent is not None:
            raise Refused("NotAllowed")
        if any(other.unit == unit for other in self._of_item(duty.letter, duty.item)):
            raise Refused("LeadCoordinates")
        if (duty.letter, duty.item, unit) in self.helpers:
            raise Refused("AlreadyExists")
        self.helpers.add((duty.letter, duty.item, unit))

    def ask_help(self, number: int, name: str, unit: str, due: date) -> None:
        duty = self.duties[number]
        if duty.state not in WORKING:
            raise Refused("NotUnderWay")
        if (duty.letter, duty.item, unit) not in self.helpers:
            raise Refused("NotCoordinator")
        if duty.unit == unit:
            raise Refused("LeadCoordinates")
        self.requests[name] = Request("help", duty, unit=unit)
        self._begin(duty, W.COORDINATION, name, due)

    def give_help(self, name: str) -> None:
        self._end_help(name, "answered")

    def need_no_help(self, name: str) -> None:
        self._end_help(name, "withdrawn")

    def _end_help(self, name: str, state: str) -> None:
        request = self.requests[name]
        if request.state != "waiting":
            raise Refused("RequestEnded")
        request.state = state
        request.duty.clocks[W.COORDINATION, name].stop()
