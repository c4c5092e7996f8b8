namespace AgentChain.Remote.Tests;

public sealed class LlamaCppTests() : EventStreamConformance(ChatServerKind.LlamaCpp, PriorityOrder.None, continues: true);
