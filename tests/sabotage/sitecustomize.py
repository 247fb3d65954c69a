"""Put on the path of a process, this lets some texts do to it what a fault in native code would: really."""

import ctypes
import re
import time

from model_store.serving import Served

predict = Served.predict


def sabotaged(self, texts, brands):
    for text in texts:
        if "segfaults" in text:
            ctypes.string_at(0)
        if seconds := re.search(r"sleeps (\d+)", text):
            time.sleep(int(seconds[1]))
    return predict(self, texts, brands)


Served.predict = sabotaged
