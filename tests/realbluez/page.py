def written(*a): return ""
