namespace AgentChain.Remote.Tests;

public sealed class OpenAITests() : EventStreamConformance(ChatServerKind.OpenAI, PriorityOrder.None, continues: false);
