namespace AgentChain.Tests.Simulation.Lossless.Hostile;

/// <summary>The exception that a hostile host throws.</summary>
sealed class HostileException(Hostility kind) : Exception($"{kind}")
{
    public Hostility Kind => kind;
}
