"""The model of a few words, which some texts end: in a process of its own, which `worker.apart` starts."""

import ctypes
import os
import signal
import sys
import time

from tests.words import WordModel
from worker import apart_process

ENDS = {
    "segfaults": lambda: ctypes.string_at(0),
    "is killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "exits": lambda: os._exit(3),
    "hangs": lambda: time.sleep(3_600),
}


class LethalModel(WordModel):
    def predict(self, texts, brands):
        for text in texts:
            ENDS.get(text, lambda: None)()
        return super().predict(texts, brands)


if __name__ == "__main__":
    apart_process.answer(int(sys.argv[1]), LethalModel)
