namespace AgentChain.Remote.Tests;

public sealed class LlamaCppTests() : ChatServerConformance(ChatServerKind.LlamaCpp, PriorityOrder.None, continues: true);
