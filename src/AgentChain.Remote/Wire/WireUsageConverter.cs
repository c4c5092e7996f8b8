namespace AgentChain.Remote;

/// <summary>Reads the tokens of a request, if they are there.</summary>
sealed class WireUsageConverter() : WireObject<WireUsage>(static () => WireJson.Default.WireUsage);
