namespace AgentChain.Simulation;

/// <summary>The jobs of one turn on the simulated devices, while the turn is running. Reused.</summary>
sealed class TurnWork(int devices)
{
    public TimeSpan[] Worked { get; } = new TimeSpan[devices];

    public TimeSpan[] Aborted { get; } = new TimeSpan[devices];

    public List<(string Block, TimeSpan Wait)> Waits { get; } = [];

    public void Clear()
    {
        Array.Clear(Worked);
        Array.Clear(Aborted);
        Waits.Clear();
    }
}
