namespace AgentChain.Remote.Tests;

public sealed class VLlmTests() : EventStreamConformance(ChatServerKind.VLlm, PriorityOrder.LowerFirst, continues: true);
