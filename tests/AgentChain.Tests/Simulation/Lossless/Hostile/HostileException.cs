namespace AgentChain.Tests.Simulation.Lossless.Hostile;

/// <summary>What a hostile host throws.</summary>
sealed class HostileException(Hostility kind) : Exception($"{kind}")
{
    public Hostility Kind => kind;
}
