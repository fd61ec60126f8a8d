"""
A target in a process of its own, so that nothing that it does costs a verdict but its own.

The process is started when it is needed, held to limits, and started again when it ends. What goes wrong with it is the
outcome of the call during which it did.
"""
