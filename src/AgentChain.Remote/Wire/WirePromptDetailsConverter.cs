namespace AgentChain.Remote;

/// <summary>Reads the details of the prompt's tokens, if they are there.</summary>
sealed class WirePromptDetailsConverter() : WireObject<WirePromptDetails>(static () => WireJson.Default.WirePromptDetails);
