"""ONNX Runtime."""

from __future__ import annotations

from .target import OnnxRuntime as OnnxRuntime
