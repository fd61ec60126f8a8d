"""A run over several processes, or the machines of a cluster, operation by operation: the report is the serial one."""
