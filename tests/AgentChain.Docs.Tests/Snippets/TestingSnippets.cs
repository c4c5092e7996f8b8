using AgentChain.Testing;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of src/AgentChain.Testing/README.md.</summary>
public sealed class TestingSnippets
{
    static readonly TurnKey<string> Language = new("language");

    [Fact]
    public async Task Translate_LanguageCarried_IsUsed()
    {
        #region alone
        var context = new TestBlockContext { BlockName = "translate", IsSpeculative = true };
        context.Set(Language, "fr");
        string translated = await new Translate().InvokeAsync("hello", context.Context, CancellationToken.None);
        context.Commit(); // completes BlockContext.CommittedAsync
        #endregion
        Assert.Equal("fr: hello", translated);
        await context.Context.CommittedAsync(CancellationToken.None);
    }

    #region contract
    sealed class TranslateContract : BlockContract<string, string>
    {
        protected override IBlock<string, string> Create() => new Translate();

        protected override IReadOnlyList<string> Inputs => ["hello", "goodbye"];
    }

    [Fact]
    public Task Translate_Block_KeepsItsContract() => new TranslateContract().VerifyAsync();
    #endregion

    sealed class Translate : IBlock<string, string>
    {
        public ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken) =>
            new($"{context.Get(Language) ?? "en"}: {input}");
    }
}
