"""A terminal that falls silent when its reader has gone (`chat | head`), instead of ending the program midway."""

import os
import sys

from rich.console import Console


class Output(Console):
    """Be a console of rich's whose work goes on unseen once nobody reads it any more."""

    def on_broken_pipe(self) -> None:
        """Write nothing from here on; what is being done is finished and the program ends as always."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
