"""The three-step upload of the fake Slack: ask for an address, send bytes, complete; sharing happens later, or never."""

from dataclasses import dataclass
from typing import Any

from tests.fakes.slack_chat import channel_to_post, check_thread, parse_json
from tests.fakes.slack_gate import Call, Refused
from tests.fakes.slack_world import File, Message, World

MAX_CHANNELS = 100
"""Channels per completeUploadExternal (remembered)."""


@dataclass(slots=True)
class Files:
    """Do the files.* methods; `share_delay_s` None drops every share silently, as was seen (python-slack-sdk #1277)."""

    world: World
    address: str = ""
    share_delay_s: float | None = 0.0
    images_only: bool = False

    def get_url(self, call: Call) -> dict[str, Any]:
        """Do files.getUploadURLExternal."""
        length = str(call.args["length"])
        if not length.isdecimal() or int(length) <= 0:
            raise Refused("invalid_arguments", "length")
        if self.images_only and not str(call.args["filename"]).endswith((".png", ".jpg", ".gif")):
            raise Refused("file_uploads_except_images_disabled")
        if len(call.args.get("alt_txt") or "") > 1000:
            raise Refused("alt_txt_too_large")
        file = File(id=self.world.next_id("F"), name=str(call.args["filename"]), length=int(length))
        self.world.files[file.id] = file
        return {"file_id": file.id, "upload_url": f"{self.address}/upload/{file.id}"}

    def take(self, file_id: str, body: bytes) -> bool:
        """Keep the bytes of an upload if they are as many as announced."""
        file = self.world.files.get(file_id)
        if file is None or file.length != len(body):
            return False
        file.body = body
        return True

    def complete(self, call: Call) -> dict[str, Any]:
        """Do files.completeUploadExternal."""
        wanted = parse_json(call.args["files"], "invalid_arguments")
        named = [call.args["channel_id"]] if call.args.get("channel_id") else []
        named += [each for each in str(call.args.get("channels") or "").split(",") if each]
        if len(named) > MAX_CHANNELS:
            raise Refused("channels_limit_exceeded")
        channels = []
        for each in named:
            call.args["channel_id"] = each
            channels.append(channel_to_post(call, "channel_id", membership=True))
        thread_ts = check_thread(channels[0], call.args.get("thread_ts"), "invalid_arguments") if channels else None
        answer = []
        for each in wanted:
            file = self.world.files.get(each["id"])
            if file is None or file.body is None:
                raise Refused("file_not_found")
            file.title = each.get("title") or file.name
            file.channels, file.thread_ts = tuple(each.id for each in channels), thread_ts
            if channels and self.share_delay_s is not None:
                file.shared_at = self.world.clock() + self.share_delay_s
            answer.append({"id": file.id, "title": file.title})
        self.settle(call.token.user_id, str(call.args.get("initial_comment") or ""))
        return {"files": answer}

    def info(self, call: Call) -> dict[str, Any]:
        """Do files.info: `shares` fills when the sharing has happened."""
        self.settle(call.token.user_id, "")
        file = self.world.files.get(str(call.args["file"]))
        if file is None:
            raise Refused("file_not_found")
        shares = {channel: [{"ts": ts, "thread_ts": file.thread_ts}] for channel, ts in file.shares.items()}
        shown = {
            "id": file.id,
            "name": file.name,
            "title": file.title,
            "size": file.length,
            "permalink": f"https://fake.slack.com/files/{file.id}",
            "shares": {"public": shares} if shares else {},
            "channels": sorted(shares),
        }
        return {"file": shown}

    def settle(self, user: str, comment: str) -> None:
        """Show the files whose time has come in their channels."""
        for file in self.world.files.values():
            if file.shared_at is None or file.shares or self.world.clock() < file.shared_at:
                continue
            for channel in file.channels:
                person = self.world.people[user]
                message = Message(
                    ts=self.world.next_ts(), channel=channel, user=user, bot_id=person.bot_id, app_id=person.app_id,
                    text=comment, thread_ts=file.thread_ts, files=[file.id],
                )  # fmt: skip
                self.world.channels[channel].messages.append(message)
                file.shares[channel] = message.ts

    def handlers(self) -> dict[str, Any]:
        """Return the methods by name."""
        return {
            "files.getUploadURLExternal": self.get_url,
            "files.completeUploadExternal": self.complete,
            "files.info": self.info,
        }
