"""How much memory a process of its own took at the most."""

PEAK_MEMORY = '''
def peak_memory():
    """Kilobytes. Not getrusage's figure: a child inherits its parent's peak with that one."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
'''
