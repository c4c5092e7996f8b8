namespace AgentChain.Tests.Simulation.Lossless.Hostile;

/// <summary>How many chains drew each kind of hostility, and how often it was met.</summary>
sealed class HostilityCount
{
    readonly int[] _drawn = new int[Enum.GetValues<Hostility>().Length];
    readonly int[] _met = new int[Enum.GetValues<Hostility>().Length];

    public void Drawn(Hostility kind) => _drawn[(int)kind]++;

    public void Met(Hostility kind) => _met[(int)kind]++;

    public int MetOf(Hostility kind) => _met[(int)kind];

    public void Add(HostilityCount other)
    {
        for (int i = 0; i < _met.Length; i++)
        {
            _drawn[i] += other._drawn[i];
            _met[i] += other._met[i];
        }
    }

    /// <summary>The kinds in the order of the enumeration, each with the chains that drew it and how often it was met.</summary>
    public override string ToString() => string.Join(", ", Enum.GetValues<Hostility>().Select(k => $"{k} {_drawn[(int)k]}/{_met[(int)k]}"));
}
