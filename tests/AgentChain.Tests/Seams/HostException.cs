namespace AgentChain.Tests.Seams;

/// <summary>The exception that host code throws in these tests, so that no other is mistaken for it.</summary>
public sealed class HostException() : Exception("The host's code is broken.");
