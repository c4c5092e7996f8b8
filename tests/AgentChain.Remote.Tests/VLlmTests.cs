namespace AgentChain.Remote.Tests;

public sealed class VLlmTests() : ChatServerConformance(ChatServerKind.VLlm, PriorityOrder.LowerFirst, continues: true);
