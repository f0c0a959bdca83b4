"""Print the versions in this environment as constraints: `name==version` lines, nothing else."""

from importlib.metadata import distributions

OURS = {"stridegate", "pip", "setuptools", "uv"}
names = {
    (d.metadata["Name"].lower().replace("_", "-"), d.version)
    for d in distributions()
    if d.metadata["Name"].lower() not in OURS
}
print("# Locked versions: written by `make lock`, read by every install.")
for name, version in sorted(names):
    print(f"{name}=={version}")
