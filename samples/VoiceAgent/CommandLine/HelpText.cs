namespace VoiceAgent.CommandLine;

/// <summary>What <c>--help</c> prints.</summary>
static class HelpText
{
    public const string Text = """
        A customer-service line that hears a question and answers aloud, all on this machine.

        USAGE
          VoiceAgent [options] [question.wav ...]

        Without questions it answers the bundled ones. Several questions form one conversation with one
        customer: the agents remember what was said.

        QUESTIONS
          question.wav          a recording: PCM of 8 to 32 bits or float, any sample rate, any channels
          --say "WORDS"         speak this question with our own voice, then listen to it; may be repeated
          --customer NAME       who is calling: a customer's name or account number (default: the first one)

        LISTENING AND ANSWERING
          --real-time           let recordings arrive at their own pace, as from a microphone
          --endpoint MS         silence that ends a question, 50 to 10000 (default 500)
          --budget MS           time from the end of the question to the answer's first sample, 10 to 600000
                                (default 1500); blocks get their shares, and a turn that is late is ended
          --device NAME         where the models run: cpu (default), cuda:0, ...

        SPECULATION
          --speculate LEVEL     what blocks may do with what they hear before the question is over. The answer never changes.
                                off      wait until it is over
                                prefill  let the language model read ahead
                                full     search, answer and speak ahead; nothing comes out until it is certain (default)
          --compare             answer each question twice, first with speculation off, and print both waterfalls side by
                                side (for a window of 200 columns). Implies --real-time: while pieces arrive as fast as
                                they are listened to, the silence that ends a question leaves no time to work ahead.

        RESULTS AND FILES
          --out DIR             where the spoken answers go (default: answers)
          --verify              let the recognizer hear each answer and print its word error rate
          --models DIR          the models' folder (default: beside the program)
          -h, --help            this text

        EXAMPLES
          dotnet run --project samples/VoiceAgent
          dotnet run --project samples/VoiceAgent -- question.wav and-then.wav --customer "maria lopez"
          dotnet run --project samples/VoiceAgent -- --say "What is my balance?" --say "And when is it due?"
          dotnet run --project samples/VoiceAgent -- --compare
          dotnet run --project samples/VoiceAgent -- --say "How much is roaming?" --verify --out spoken

        EXIT CODES
          0    every question was answered
          1    a question got no answer: nothing was understood, the budget ran out, or a block failed
          2    the command line is wrong: an unknown option, customer or device
          3    a question cannot be read: missing, empty, truncated, no WAV file, or silent
          4    an answer cannot be written
          5    a model or a data file is missing or damaged
          130  interrupted with Ctrl+C
        """;
}
