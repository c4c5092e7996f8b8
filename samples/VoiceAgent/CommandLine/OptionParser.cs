using System.Globalization;

namespace VoiceAgent.CommandLine;

/// <summary>Parses the command line: options as <c>--name value</c> or <c>--name=value</c>; every other argument is a WAV file.</summary>
static class OptionParser
{
    static readonly string[] Flags = ["--real-time", "--compare", "--verify", "--help"];
    static readonly string[] Valued = ["--say", "--customer", "--out", "--models", "--embedder", "--device", "--endpoint", "--model", "--silence", "--budget", "--speculate", "--tool-time"];

    public static VoiceAgentOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new VoiceAgentOptions();
        List<Asked> questions = [];
        (Uri? endpoint, string? model) = (null, null);
        bool onlyFiles = false;
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (onlyFiles || !argument.StartsWith('-') || argument.Length == 1)
            {
                questions.Add(new Asked(argument, IsFile: true));
            }
            else if (argument == "--")
            {
                onlyFiles = true;
            }
            else
            {
                (string name, string? value) = Split(argument);
                if (Valued.Contains(name, StringComparer.Ordinal))
                {
                    value ??= ++i < arguments.Count ? arguments[i] : throw Wrong($"Option {name} needs a value.");
                    switch (name)
                    {
                        case "--say":
                            options = Say(options, questions, value);
                            break;
                        case "--endpoint":
                            endpoint = Address(name, value);
                            break;
                        case "--model":
                            model = string.IsNullOrWhiteSpace(value)
                                ? throw Wrong($"Option {name} needs a value that is not empty.")
                                : value;
                            break;
                        default:
                            options = Set(options, name, value);
                            break;
                    }
                }
                else
                {
                    options = SetFlag(options, name, value);
                }
            }
        }

        if (options is { Compare: true, Speculate: Ahead.Off })
        {
            throw Wrong("Option --compare needs a level to compare with off: --speculate tools or full.");
        }

        if (endpoint is null != model is null)
        {
            throw Wrong("Options --endpoint and --model belong together: the address of a server, and the model that it should answer with.");
        }

        return options with { Server = endpoint is null ? null : new LanguageServer(endpoint, model!), Questions = questions, RealTime = options.RealTime || options.Compare };
    }

    static (string Name, string? Value) Split(string argument)
    {
        int equals = argument.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? argument : argument[..equals];
        return (name is "-h" or "-?" ? "--help" : name, equals < 0 ? null : argument[(equals + 1)..]);
    }

    static VoiceAgentOptions Say(VoiceAgentOptions options, List<Asked> questions, string words)
    {
        questions.Add(words.Any(char.IsLetterOrDigit) ? new Asked(words, IsFile: false) : throw Wrong("Option --say needs words to say."));
        return options;
    }

    static VoiceAgentOptions Set(VoiceAgentOptions options, string name, string value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            throw Wrong($"Option {name} needs a value that is not empty.");
        }

        return name switch
        {
            "--customer" => options with { Customer = value },
            "--out" => options with { OutputFolder = value },
            "--models" => options with { ModelFolder = value },
            "--embedder" => options with { Embedder = value switch { "own" => EmbedderChoice.Own, "minilm" => EmbedderChoice.MiniLm, _ => throw Wrong($"Option {name} is '{value}'; it takes own or minilm.") } },
            "--device" => options with { Device = value },
            "--speculate" => options with { Speculate = SpeculateOption.Parse(value) ?? throw Wrong($"Option {name} is '{value}'; it takes off, tools or full.") },
            "--tool-time" => options with { ToolTime = Milliseconds(name, value, 0, 4_000) },
            "--silence" => options with { EndpointWait = Milliseconds(name, value, 50, 10_000) },
            _ => options with { Budget = Milliseconds(name, value, 10, 600_000) },
        };
    }

    static VoiceAgentOptions SetFlag(VoiceAgentOptions options, string name, string? value)
    {
        if (value is not null && Flags.Contains(name, StringComparer.Ordinal))
        {
            throw Wrong($"Option {name} takes no value.");
        }

        return name switch
        {
            "--real-time" => options with { RealTime = true },
            "--compare" => options with { Compare = true },
            "--verify" => options with { Verify = true },
            "--help" => options with { Help = true },
            _ => throw Wrong($"Unknown option {name}."),
        };
    }

    static Uri Address(string name, string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out Uri? address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? address
            : throw Wrong($"Option {name} is '{value}'; it takes the address of an OpenAI-compatible server, such as http://localhost:8080/v1."
                + (int.TryParse(value, CultureInfo.InvariantCulture, out _) ? " The silence that ends a question is option --silence." : ""));

    static TimeSpan Milliseconds(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds)
            && milliseconds >= least && milliseconds <= most
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"Option {name} is '{value}'; it takes whole milliseconds from {least} to {most}."));

    static VoiceAgentException Wrong(string message) => new(ExitCode.Usage, message + " See --help.");
}
