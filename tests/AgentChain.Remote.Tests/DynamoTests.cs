namespace AgentChain.Remote.Tests;

public sealed class DynamoTests() : EventStreamConformance(ChatServerKind.Dynamo, PriorityOrder.HigherFirst, continues: false);
