namespace AgentChain.Tests.Soak;

/// <summary>Something that must hold did not.</summary>
sealed class SoakFault(string message) : Exception(message);
