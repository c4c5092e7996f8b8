using System.Runtime.CompilerServices;
using AgentChain.Blocks.Sentences;
using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>A stream that is guessed before it is produced: downstream blocks have begun on it when the items arrive.</summary>
public class StreamPredictionTests
{
    static readonly string[] Answer = ["one. ", "two. ", "three. "];

    /// <summary>Items come at 100, 150 and 200 ms and take 60 each; alone the last would be ready at 280.</summary>
    [Theory]
    [InlineData("one. ,two. ,three. ", 100, 200, 3, 60, 80)]
    [InlineData("one. ,two. ", 100, 260, 2, 60, 20)]
    [InlineData("one. ,two. ,three. ,four. ", 100, 200, 3, 60, 80)]
    [InlineData("one. ,other. ,three. ", 100, 270, 1, 60, 10)]
    [InlineData("other. ,two. ,three. ", 160, 280, 0, 0, 0)]
    public void Predict_TheWholeStream_WhatIsRightStands(string guess, double first, double last, int committed, double saved, double savedToLast) => VirtualWorld.Run(async world =>
    {
        await using StreamChain<string, string> chain = Spoken(world, o => o.Predict((_, _) => Tentative(guess.Split(',')))).Build(world.Eager());
        await using Turn<string> turn = chain.Start("q");
        Assert.Equal(Answer.Select(s => s.ToUpperInvariant()), await turn.Output.ToListAsync());
        TurnReport report = (await turn.Completion).Report;
        Assert.Equal((first, last, committed), (report.FirstOutput!.Value.Ms(), report.Elapsed.Ms(), report.Speculation.Committed));
        Assert.Equal((saved, savedToLast), (report.Speculation.Saved.Ms(), report.Speculation.SavedToLast.Ms()));
    });

    [Fact]
    public void Predict_ByASmallerModel_StartsWhenItHasGuessed() => VirtualWorld.Run(async world =>
    {
        foreach ((double takes, double last) in new[] { (20.0, 200.0), (120.0, 280.0) })
        {
            await using StreamChain<string, string> chain = Spoken(world, o => o.Predict(new Small(world, takes))).Build(world.Eager());
            Assert.Equal(last, (await chain.ResultAsync("q")).Report.Elapsed.Ms());
        }
    });

    [Fact]
    public void Predict_AnswerAsOnePiece_StandsAsFarAsItsSentencesAreTheSame() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<string, string> chain = Chain.From<string>("voice")
            .Stream<string>("respond", (_, _, token) => Make(world, token), o => o.Predict((_, _) => Tentative("one. two. three. ")))
            .Regroup("sentences", SentenceChunker.Default)
            .StreamEach<string>("speak", (x, _, token) => Speak(world, x, token), o => o.Speculate())
            .Build(world.Eager());
        await using Turn<string> turn = chain.Start("q");
        Assert.Equal(["ONE.", "TWO.", "THREE."], await turn.Output.ToListAsync());
        Assert.InRange((await turn.Completion).Report.Speculation.Committed, 1, 3);
    });

    [Fact]
    public void Predict_AndGather_TheBlockBehindHasWorkedAlready() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Chain.From<string>("gathered")
            .Stream<string>("respond", (_, _, token) => Make(world, token), o => o.Predict((_, _) => Tentative(Answer)))
            .Collect("all")
            .Then("join", items => string.Concat(items))
            .Then("check", world.Work<string>(150), o => o.Speculate())
            .Build(world.Eager());
        TurnResult result = await chain.ResultAsync("q");
        Assert.Equal((200.0, 150.0), (result.Report.Elapsed.Ms(), result.Report.Speculation.Saved.Ms()));
    });

    [Fact]
    public void Predict_AfterTheFirstItem_IsNotTaken() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Chain.From<string>("gathered")
            .Stream<string>("respond", (_, _, token) => Make(world, token), o => o.Predict(new Small(world, 120)))
            .Collect("all")
            .Then("join", items => string.Concat(items))
            .Then("check", world.Work<string>(150), o => o.Speculate())
            .Build(world.Eager());
        TurnResult result = await chain.ResultAsync("q");
        Assert.Equal((350.0, 0), (result.Report.Elapsed.Ms(), result.Report.Speculation.Started));
    });

    [Fact]
    public void Predict_MoreItemsThanAreMade_WorkOnTheRestEndsWithTheStream() => VirtualWorld.Run(async world =>
    {
        List<(string Text, double At)> cancelled = [];
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Stream<string>("respond", (_, _, token) => Make(world, token), o => o.Predict((_, _) => Tentative([.. Answer, "four. "])))
            .StreamEach<string>("speak", (x, _, token) => SlowFour(x, token), o => o.Speculate())
            .Collect("all")
            .Then("after", async (IReadOnlyList<string> all, CancellationToken token) =>
            {
                await world.Delay(1000, token);
                return string.Concat(all);
            })
            .Build(world.Eager());
        await using Turn<string> turn = chain.Start("q");
        Assert.Equal("ONE. TWO. THREE. ", await turn.Output.SingleAsync());
        (string text, double at) = Assert.Single(cancelled);
        Assert.Equal("four. ", text);
        Assert.InRange(at, 200, 300);

        async IAsyncEnumerable<string> SlowFour(string text, [EnumeratorCancellation] CancellationToken token)
        {
            try
            {
                await world.Delay(text == "four. " ? 10_000 : 60, token);
            }
            catch (OperationCanceledException)
            {
                cancelled.Add((text, world.Elapsed.Ms()));
                throw;
            }

            yield return text.ToUpperInvariant();
        }
    });

    [Fact]
    public void Predict_OnAHypothesis_GoesOnWhenItIsCommitted() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((50, "q"), (300, "q")))
            .Stream<string>("respond", (_, _, token) => Make(world, token), o => o.Speculate().Predict((_, _) => Tentative(Answer)))
            .StreamEach<string>("speak", (x, _, token) => Speak(world, x, token), o => o.Speculate())
            .Build(world.Eager());
        await using Turn<string> turn = chain.Start("");
        Assert.Equal(Answer.Select(s => s.ToUpperInvariant()), await turn.Output.ToListAsync());
        TurnReport report = (await turn.Completion).Report;
        Assert.Equal(300, report.FirstOutput!.Value.Ms());
        Assert.Equal(0, report.Speculation.OpenLeases);
    });

    [Theory]
    [InlineData("throws")]
    [InlineData("no number")]
    [InlineData("nothing")]
    public void Predict_BadGuess_CountsAsNone(string how) => VirtualWorld.Run(async world =>
    {
        await using StreamChain<string, string> chain = Spoken(world, o => o.Predict((_, _) => how switch
        {
            "throws" => throw new InvalidOperationException(),
            "no number" => Hypothesis.Tentative<IReadOnlyList<string>>(Answer, double.NaN),
            _ => Hypothesis.Tentative<IReadOnlyList<string>>([], 0.9),
        })).Build(world.Eager());
        TurnResult result = await chain.ResultAsync("q");
        Assert.Equal((TurnOutcome.Completed, 280.0, 0), (result.Outcome, result.Report.Elapsed.Ms(), result.Report.Speculation.Started));
    });

    [Fact]
    public void Predict_AtABlockForEachItem_BuildSaysWhereToPutIt()
    {
        StreamChainBuilder<string, string> chain = Chain.From<string>("voice")
            .Stream<string>("respond", (x, _, _) => AsyncEnumerable.Empty<string>())
            .StreamEach<string>("speak", (x, _, _) => AsyncEnumerable.Empty<string>(), o => o.Predict((_, _) => Tentative(Answer)));
        Assert.Contains("use Predict on the block that produces the stream", Assert.Throws<ChainValidationException>(() => chain.Build()).Message, StringComparison.Ordinal);
    }

    static Hypothesis<IReadOnlyList<string>> Tentative(params string[] items) => Hypothesis.Tentative<IReadOnlyList<string>>(items, 0.9);

    static StreamChainBuilder<string, string> Spoken(VirtualWorld world, Action<StreamSetup<string, string>> options) =>
        Chain.From<string>("voice")
            .Stream<string>("respond", (_, _, token) => Make(world, token), options)
            .StreamEach<string>("speak", (x, _, token) => Speak(world, x, token), o => o.Speculate());

    static async IAsyncEnumerable<string> Make(VirtualWorld world, [EnumeratorCancellation] CancellationToken token)
    {
        await world.Delay(50, token);
        foreach (string item in Answer)
        {
            await world.Delay(50, token);
            yield return item;
        }
    }

    static async IAsyncEnumerable<string> Speak(VirtualWorld world, string text, [EnumeratorCancellation] CancellationToken token)
    {
        await world.Delay(60, token);
        yield return text.ToUpperInvariant();
    }

    sealed class Small(VirtualWorld world, double milliseconds) : IBlock<string, Hypothesis<IReadOnlyList<string>>>
    {
        public async ValueTask<Hypothesis<IReadOnlyList<string>>> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
        {
            await world.Delay(milliseconds, cancellationToken);
            return Tentative(Answer);
        }
    }
}
