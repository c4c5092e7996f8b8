using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Simulation;

public class SimulatedRecognizerTests
{
    static readonly Utterance Plain = new([new("how", Ms(0), Ms(200)), new("much", Ms(200), Ms(500)), new("please", Ms(900), Ms(1300))]);

    [Fact]
    public void Partials_EveryWord_AppearsAfterTheLag()
    {
        PartialTranscript[] partials = [.. new SimulatedRecognizer { RevisionChance = 0 }.Partials(Plain)];
        Assert.Equal([(350.0, "how"), (650.0, "how much"), (1450.0, "how much please")], partials.Select(p => (p.At.Ms(), p.Text)));
        Assert.Equal([0.0, 150.0, 150.0], partials.Select(p => p.Features.Silence!.Value.Ms()));
        Assert.Equal([500.0, 350.0, 350.0], partials.Select(p => p.Features.TimeToFinal!.Value.Ms()));
        Assert.Equal([false, false, true], partials.Select(p => p.ComesTrue));
    }

    [Fact]
    public void Partials_Misheard_PutRightLaterOrByTheNextWord()
    {
        PartialTranscript[] partials = [.. new SimulatedRecognizer { RevisionChance = 1 }.Partials(Plain)];
        Assert.Equal(
            [(350.0, "ho"), (600.0, "how"), (650.0, "how muc"), (900.0, "how much"), (1450.0, "how much pleas"), (1700.0, "how much please")],
            partials.Select(p => (p.At.Ms(), p.Text)));
    }

    [Fact]
    public void Partials_Refresh_SilenceGrows()
    {
        var recognizer = new SimulatedRecognizer { RevisionChance = 0, Refresh = 100.Milliseconds(), EndOfTurn = EndOfTurnScore.OfAuc(0.9) };
        PartialTranscript[] last = [.. recognizer.Partials(Plain).Where(p => p.Words == 3)];
        Assert.Equal([1450.0, 1550.0, 1650.0, 1750.0], last.Select(p => p.At.Ms()));
        Assert.Equal([150.0, 250.0, 350.0, 450.0], last.Select(p => p.Features.Silence!.Value.Ms()));
        Assert.Single(last.Select(p => p.Features.EndOfTurn).Distinct());
    }

    [Fact]
    public void InvokeAsync_LiveInput_ReportCountsFromTheEndOfSpeech() => VirtualWorld.Run(async world =>
    {
        await using Chain<Utterance, string> chain = Chain.From<Utterance>("hear")
            .Revise("listen", new SimulatedRecognizer { LiveInput = true, FinalLag = 20.Milliseconds() }, o => o.LiveInput())
            .Build(world.Options());
        TurnResult result = await chain.Start(Plain).Completion;
        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        Assert.Equal(
            [("input", 1300.0), ("endpoint", 500.0), ("listen", 20.0)],
            result.Report.Parts.Select(p => (p.Owner, p.Duration.TotalMilliseconds)));
    });

    [Fact]
    public void InvokeAsync_EveryHypothesis_HasAProbability() => VirtualWorld.Run(async world =>
    {
        List<Hypothesis<string>> published = [];
        await using Chain<Utterance, string> chain = Chain.From<Utterance>("hear")
            .Revise(
                "listen",
                new SimulatedRecognizer { Refresh = 50.Milliseconds(), EndOfTurn = EndOfTurnScore.OfAuc(0.99) },
                o => o.OnHypothesis((h, _) => published.Add(h)))
            .Build(world.Options());
        for (int i = 0; i < 50; i++)
        {
            var spoken = Utterance.Say("could you tell me what it costs", RandomKey.Of(i));
            Assert.Equal(spoken.Text, await chain.RunAsync(spoken));
        }

        Assert.All(published, h => Assert.InRange(h.Probability, 0, 1));
        Assert.Equal(50, published.Count(h => h.IsFinal));
    });

    [Fact]
    public void Say_DefaultRhythm_HasItsMeanAndHesitations()
    {
        Utterance[] spoken = [.. Enumerable.Range(0, 2000).Select(i => Utterance.Say("a b c d e f g h i j k", RandomKey.Of(i)))];
        double word = spoken.SelectMany(u => u.Words).Average(w => (w.End - w.Start).TotalMilliseconds);
        double[] pauses = [.. spoken.SelectMany(u => u.Words.Zip(u.Words.Skip(1), (a, b) => (b.Start - a.End).TotalMilliseconds))];
        Assert.InRange(word, 330, 337);
        Assert.InRange(pauses.Count(p => p > 0) / (double)pauses.Length, 0.055, 0.065);
        Assert.All(pauses.Where(p => p > 0), p => Assert.InRange(p, 250, 480));
        Assert.Equal(spoken[7].Words, Utterance.Say("a b c d e f g h i j k", RandomKey.Of(7)).Words);
    }

    [Fact]
    public void Utterance_WordsOverlap_Throws() =>
        Assert.Throws<ArgumentException>(() => new Utterance([new("a", Ms(0), Ms(100)), new("b", Ms(90), Ms(200))]));

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(0.92)]
    [InlineData(0.99)]
    public void EndOfTurnScore_ManyMoments_HasTheAucAskedForAndIsCalibrated(double auc)
    {
        var score = EndOfTurnScore.OfAuc(auc);
        RandomKey key = RandomKey.Of(11);
        (double Score, bool IsEnd)[] moments = [.. Enumerable.Range(0, 20_000)
            .Select(i => (score.Score(i % 2 == 0, key.Fold(i)), i % 2 == 0)).OrderBy(m => m.Item1)];
        double below = 0;
        double right = 0;
        foreach ((double _, bool isEnd) in moments)
        {
            below += isEnd ? 0 : 1;
            right += isEnd ? below : 0;
        }

        if (auc > 0.5)
        {
            Assert.InRange(right / (10_000.0 * 10_000), auc - 0.01, auc + 0.01);
        }

        (double Score, bool IsEnd)[] sure = [.. moments.Where(m => m.Score is > 0.4 and < 0.6)];
        Assert.InRange(sure.Length == 0 ? 0.5 : sure.Average(m => m.IsEnd ? 1.0 : 0), 0.4, 0.6);
    }

    static TimeSpan Ms(int count) => count.Milliseconds();
}
