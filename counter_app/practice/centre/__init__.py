"""An embedded central system to practise against: independent of the counters, and faulty on demand."""
