namespace AgentChain.Remote.Tests;

public sealed class OpenAITests() : ChatServerConformance(ChatServerKind.OpenAI, PriorityOrder.None, continues: false);
