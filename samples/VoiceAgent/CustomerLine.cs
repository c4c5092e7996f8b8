using System.Globalization;
using AgentChain;
using AgentChain.Diagnostics;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Normalization;
using VoiceAgent.Calls;
using VoiceAgent.CommandLine;
using VoiceAgent.Listening;
using VoiceAgent.Models;
using VoiceAgent.Showing;

namespace VoiceAgent;

/// <summary>Hosts the chain: takes the calls, shows their progress, and writes the answers.</summary>
sealed class CustomerLine(VoiceAgentOptions options, TextWriter output)
{
    /// <summary>The width of the bars if two waterfalls are printed side by side.</summary>
    const int BesideAnother = 24;

    readonly List<TurnSummary> _summary = [];
    int _exitCode;

    /// <summary>Takes all calls.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        AccountBook accounts = AccountBook.Load(Path.Combine(ModelFolder.Data, "accounts.json"));
        PlanBook plans = PlanBook.Load(Path.Combine(ModelFolder.Data, "plans.json"));
        // A pipe without a writer blocks its reader; Ctrl+C ends the wait.
        IReadOnlyList<Call> calls = await Task.Run(() => CallList.Of(options, accounts, ModelFolder.Questions), cancellationToken)
            .WaitAsync(cancellationToken);
        AnswerFolder answers = AnswerFolder.Open(options.OutputFolder, options.Questions.Where(q => q.IsFile).Select(q => q.Text));
        if (options.Server is { } server)
        {
            await RemoteLanguage.CheckAsync(server, cancellationToken);
        }

        await using Line line = await Line.OpenAsync(options, options.Speculate, accounts, plans, cancellationToken);
        await using Line? plain = options.Compare ? await Line.OpenAsync(options, Ahead.Off, accounts, plans, cancellationToken) : null;
        await using var studio = new Studio(line.Models);
        foreach (Call call in calls)
        {
            output.WriteLine($"{(_summary.Count > 0 ? "\n" : "")}=== {call.Customer.Name} calls, account {call.Customer.Id} ===");
            await using OpenCall open = OpenCall.On(line, call.Customer, plans);
            await using OpenCall? before = plain is null ? null : OpenCall.On(plain, call.Customer, plans);
            foreach (CallQuestion question in call.Questions)
            {
                PcmAudio audio = question.Audio ?? await studio.SayAsync(question.Words!, cancellationToken);
                Answered? first = before is null ? null : await AnswerAsync(before, question, audio, cancellationToken);
                Answered answered = await AnswerAsync(open, question, audio, cancellationToken);
                output.WriteLine();
                output.Write(first is null
                    ? answered.Result.Report.ToWaterfall()
                    : SideBySide.Of(Titled(first.Result, Ahead.Off), Titled(answered.Result, line.Level)));
                if (first is not null)
                {
                    Summarise(first, null);
                }

                Summarise(answered, await KeepAsync(answered, answers, studio, cancellationToken));
            }
        }

        output.WriteLine();
        SummaryTable.Print(output, _summary, options.EndpointWait);
        return _exitCode;
    }

    static string Titled(TurnResult result, Ahead level) =>
        $"early work {SpeculateOption.Name(level)}{Environment.NewLine}{result.Report.ToWaterfall(BesideAnother)}";

    async Task<Answered> AnswerAsync(OpenCall call, CallQuestion question, PcmAudio audio, CancellationToken cancellationToken)
    {
        output.WriteLine();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"> {question.Name}  ({audio.Duration.TotalSeconds:0.0} s{(options.Compare ? ", early work " + SpeculateOption.Name(call.Level) : "")})"));
        var view = new TurnView(output);
        var notes = new TurnNotes(view);
        IAsyncEnumerable<PcmAudio> pieces = audio.PlayAsync(options.RealTime ? TimeProvider.System : null, cancellationToken);
        var live = new Question(pieces, call.Caller, notes) { Session = call.Session };
        await using Turn<PcmAudio> turn = await call.Conversation.StartAsync(live.After, cancellationToken);
        List<PcmAudio> spoken = [];
        try
        {
            await foreach (PcmAudio piece in turn.Output)
            {
                spoken.Add(piece);
            }
        }
        catch (TurnException)
        {
            // The result contains the outcome.
        }

        TurnResult result = await turn.Completion;
        view.Complete(notes.Sentences);
        cancellationToken.ThrowIfCancellationRequested();
        return new Answered(question, call.Level, notes, result, spoken);
    }

    /// <summary>Writes the spoken answer and verifies it if requested, or prints why there is no answer.</summary>
    /// <returns>The answer's word error rate, or <see langword="null"/> if it was not verified.</returns>
    async Task<double?> KeepAsync(Answered answered, AnswerFolder answers, Studio studio, CancellationToken cancellationToken)
    {
        if (answered.Result.Outcome != TurnOutcome.Completed)
        {
            output.WriteLine(Describe(answered.Result));
            return null;
        }

        if (answered.Spoken.All(piece => piece.Length == 0))
        {
            output.WriteLine("The answer has no sound: the voice speaks none of its words.");
            _exitCode = ExitCode.TurnNotCompleted;
            return null;
        }

        var answer = PcmAudio.Concat(answered.Spoken);
        string file = answers.Write(answered.Question.Name, answer);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"written to {file}, {answer.Duration.TotalSeconds:0.0} s"));
        return options.Verify ? await VerifyAsync(studio, answered.Notes, answer, cancellationToken) : null;
    }

    async Task<double> VerifyAsync(Studio studio, TurnNotes notes, PcmAudio answer, CancellationToken cancellationToken)
    {
        string heard = await studio.HearAsync(answer, cancellationToken);
        (int errors, int words) = WordErrors.Count(notes.Spoken, heard);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"heard again as: {heard}  ({errors} of {words} words wrong)"));
        return words == 0 ? 0 : (double)errors / words;
    }

    void Summarise(Answered answered, double? verified)
    {
        ((CallQuestion question, Ahead level, TurnNotes notes, TurnResult result, IReadOnlyList<PcmAudio> spoken), TurnReport report) =
            (answered, answered.Result.Report);
        _exitCode = result.Outcome == TurnOutcome.Completed ? _exitCode : ExitCode.TurnNotCompleted;
        _summary.Add(new TurnSummary(
            question.Name, level, Compare(question.Words, notes.Words), notes.Agent, notes.Answer,
            report.ResponseTime, options.RealTime ? Waiting.FromSpeech(report.ResponseTime, report.Parts) : null,
            result.Outcome.ToString(), verified)
        {
            Sound = Effort.Fingerprint(spoken),
            Account = report.Speculation,
            Worked = Effort.Of(report),
        });
    }

    static string Describe(TurnResult result) => result.Error switch
    {
        { InnerException: NothingHeardException nothing } => nothing.Message,
        { InnerException: { } inner } error => $"{error.Message} ({Innermost(inner).Message})".ReplaceLineEndings(" "),
        var error => error?.Message ?? "",
    };

    static Exception Innermost(Exception error) => error.InnerException is { } inner ? Innermost(inner) : error;

    static string Compare(string? said, string heard)
    {
        if (said is null)
        {
            return "-";
        }

        int errors = WordErrors.Count(TextNormalizer.Normalize(said), heard).Errors;
        return errors == 0 ? "ok" : $"{errors} wrong";
    }

    /// <summary>A question with its answer.</summary>
    sealed record Answered(CallQuestion Question, Ahead Level, TurnNotes Notes, TurnResult Result, IReadOnlyList<PcmAudio> Spoken);
}
