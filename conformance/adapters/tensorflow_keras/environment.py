"""What TensorFlow and Keras read when they are imported; imported before either of them."""

from __future__ import annotations

import os

LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL"
ONEDNN = "TF_ENABLE_ONEDNN_OPTS"

# TensorFlow logs to standard error while it is imported. 3 is the quietest; that oneDNN is on, it says all the same.
os.environ.setdefault(LOG_LEVEL, "3")
# Keras chooses its backend while it is imported.
os.environ["KERAS_BACKEND"] = "tensorflow"
