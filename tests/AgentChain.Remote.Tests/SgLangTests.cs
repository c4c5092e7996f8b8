namespace AgentChain.Remote.Tests;

public sealed class SgLangTests() : ChatServerConformance(ChatServerKind.SgLang, PriorityOrder.HigherFirst, continues: true);
