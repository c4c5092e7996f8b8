namespace AgentChain.Tests.Seams;

/// <summary>What a host's code throws in these tests, so that nothing else is mistaken for it.</summary>
public sealed class HostException() : Exception("The host's code is broken.");
