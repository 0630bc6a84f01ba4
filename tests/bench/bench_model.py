"""How fast our stream is beside the least that can be done: plain aiohttp and json on the same server."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import aiohttp
from openai import AsyncOpenAI, DefaultAioHttpClient
from openai.types.chat import ChatCompletionMessageParam

from bot.ports import ModelRequest, Piece, PromptMessage
from bot.services.endpoint_profiles import Endpoint
from bot.services.openai_model import OpenAIModel
from tests.fakes.openai_server import DEFAULT_KEY

CHUNKS = 5000
ROUNDS = 5
DOCUMENT = "palabra " * CHUNKS
MESSAGES = (PromptMessage("user", "hola"),)


async def read_ours(model: OpenAIModel) -> int:
    """Read one answer through the model service and return its number of pieces."""
    request = ModelRequest(messages=MESSAGES, max_tokens=CHUNKS * 3, deadline_s=120)
    async with aclosing(model.stream(request)) as events:
        return sum([isinstance(event, Piece) async for event in events])


async def read_plainly(session: aiohttp.ClientSession, url: str) -> int:
    """Read one answer line by line and return its number of pieces."""
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hola"}], "stream": True}
    pieces = 0
    async with session.post(url, json=body) as answer:
        async for line in answer.content:
            if line.startswith(b"data: {"):
                choices = json.loads(line[6:])["choices"]
                pieces += bool(choices and choices[0]["delta"].get("content"))
    return pieces


async def read_with_package(client: AsyncOpenAI) -> int:
    """Read one answer with the openai package alone and return its number of pieces."""
    messages: list[ChatCompletionMessageParam] = [{"role": "user", "content": "hola"}]
    stream = await client.chat.completions.create(model="gpt-4o", messages=messages, stream=True)
    return sum([bool(chunk.choices and chunk.choices[0].delta.content) async for chunk in stream])


async def _rate(read: Callable[[], Awaitable[int]]) -> float:
    """Return the median of pieces per second over some rounds."""
    await read()
    rates = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        pieces = await read()
        rates.append(pieces / (time.perf_counter() - started))
    return median(rates)


@asynccontextmanager
async def _served(document: Path) -> AsyncIterator[str]:
    """Serve the document from a process of its own, so that only the reading is measured; yield the address."""
    command = ("-m", "tests.fakes.openai_server", "--document", str(document))
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.kill()
        await process.communicate()


async def rows() -> list[dict[str, object]]:
    """Measure and return the rows of the report: median chunks per second of one stream that comes as fast as it can."""
    with TemporaryDirectory() as folder:
        document = Path(folder) / "document.md"
        document.write_text(DOCUMENT, "utf-8")
        async with _served(document) as url:
            endpoint = Endpoint(name="bench", base_url=url, model="gpt-4o", api_key=DEFAULT_KEY)
            model = OpenAIModel([endpoint])
            headers = {"Authorization": f"Bearer {DEFAULT_KEY}"}
            async with (
                aiohttp.ClientSession(headers=headers) as session,
                AsyncOpenAI(base_url=url, api_key=DEFAULT_KEY, http_client=DefaultAioHttpClient()) as sdk,
            ):
                floor = await _rate(lambda: read_plainly(session, f"{url}/chat/completions"))
                package = await _rate(lambda: read_with_package(sdk))
                ours = await _rate(lambda: read_ours(model))
            await model.close()
    return [
        {"what": "plain aiohttp and json", "unit": "chunks/s", "value": round(floor)},
        {"what": "openai package, create(stream=True)", "unit": "chunks/s", "value": round(package)},
        {"what": "model service", "unit": "chunks/s", "value": round(ours)},
        {"what": "model service to plain", "unit": "ratio", "value": round(ours / floor, 2)},
        {"what": "model service to openai package", "unit": "ratio", "value": round(ours / package, 2)},
    ]


def main() -> None:
    """Print the rows, one JSON object per line."""
    for row in asyncio.run(rows()):
        sys.stdout.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
