namespace AgentChain.Remote.Tests;

public sealed class DynamoTests() : ChatServerConformance(ChatServerKind.Dynamo, PriorityOrder.HigherFirst, continues: false);
