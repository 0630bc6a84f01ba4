"""The one error tree of the bot: each error carries a stable code, the key of its sentence and its data.

BotError
├── UserError                 somebody typed something we cannot take: exit 2, a sentence in their language
├── DataError                 one of our or the operator's data files is wrong: names file, row and reason
├── SettingsError             a setting is missing or wrong: says what to do
├── StoreError                Redis did not answer or lost its data
├── ChatError                 the platform did not take a message
└── ModelError                a model endpoint did not deliver
    ├── ModelUnavailable      no connection, 5xx, broken stream
    ├── ModelBusy             429, with the seconds to wait where it says so
    ├── ModelTimeout          one of our three deadlines ran out
    ├── ModelRefused          401 or 403
    └── ModelMisconfigured    400, 404 or an answer that is not the protocol
"""

from collections.abc import Mapping
from types import MappingProxyType

FORGOTTEN = "error.forgotten"
"""The text of a StoreError for what belonged to a conversation that was forgotten."""


class BotError(Exception):
    """Be the root of all errors the bot knows: `code` is stable, `params` fill the sentence with key `text`."""

    code = "bot"

    def __init__(self, text: str, **params: object) -> None:
        self.text = text
        self.params: Mapping[str, object] = MappingProxyType(params)
        super().__init__(f"{text} {dict(params)}" if params else text)


class UserError(BotError):
    """Say that a value somebody gave cannot be taken; `text` is the key of a sentence in `prompts/texts.*`."""

    code = "user"


class DataError(BotError):
    """Say that a data file is wrong; `params` hold `file`, `row` and `reason`."""

    code = "data"


class SettingsError(BotError):
    """Say that a setting is missing or wrong; `params` hold `setting` and `reason`."""

    code = "settings"


class StoreError(BotError):
    """Say that the store did not answer."""

    code = "store"


class ChatError(BotError):
    """Say that the platform refused a message; `retry_after_s` is its wish, `final` that no retry helps."""

    code = "chat"

    def __init__(self, text: str, *, retry_after_s: float | None = None, final: bool = False, **params: object) -> None:
        super().__init__(text, **params)
        self.retry_after_s = retry_after_s
        self.final = final


class ModelError(BotError):
    """Say that a model endpoint did not deliver; `endpoint` is its name, `detail` is for the operator's log only."""

    code = "model"

    def __init__(
        self,
        text: str,
        *,
        endpoint: str,
        detail: str = "",
        retry_after_s: float | None = None,
        **params: object,
    ) -> None:
        super().__init__(text, endpoint=endpoint, **params)
        self.endpoint = endpoint
        self.detail = detail
        self.retry_after_s = retry_after_s


class ModelUnavailable(ModelError):
    """Say that the endpoint cannot be reached, answers 5xx or broke its stream."""

    code = "model.unavailable"


class ModelBusy(ModelError):
    """Say that the endpoint answers 429."""

    code = "model.busy"


class ModelTimeout(ModelError):
    """Say which of our deadlines ran out: `params["stage"]` is first_content, idle or total."""

    code = "model.timeout"


class ModelRefused(ModelError):
    """Say that the endpoint does not accept our key."""

    code = "model.refused"


class ModelMisconfigured(ModelError):
    """Say that the endpoint does not know the model or the request."""

    code = "model.misconfigured"
