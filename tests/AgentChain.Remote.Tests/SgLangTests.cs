namespace AgentChain.Remote.Tests;

public sealed class SgLangTests() : EventStreamConformance(ChatServerKind.SgLang, PriorityOrder.HigherFirst, continues: true);
