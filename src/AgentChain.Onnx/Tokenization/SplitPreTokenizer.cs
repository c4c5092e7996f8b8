using System.Runtime.InteropServices;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Splits where a pattern matches.</summary>
/// <param name="matcher">The pattern.</param>
/// <param name="behavior">The treatment of a match.</param>
/// <param name="invert">Whether the text between the matches counts as matched instead.</param>
sealed class SplitPreTokenizer(TextMatcher matcher, SplitBehavior behavior = SplitBehavior.Isolated, bool invert = false) : PreTokenizer
{
    /// <summary>GPT-2's pattern, the default of a ByteLevel pre-tokenizer.</summary>
    public const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    public override void Split(in TextPiece piece, List<TextPiece> pieces, TextBudget budget)
    {
        var matches = new List<TextRange>((piece.End - piece.Start) / 4);
        matcher.Find(piece.Span, matches, budget);
        if (behavior == SplitBehavior.Isolated)
        {
            Isolate(piece, CollectionsMarshal.AsSpan(matches), pieces);
        }
        else
        {
            SplitBySegments(piece, matches, pieces);
        }
    }

    static void Isolate(in TextPiece piece, ReadOnlySpan<TextRange> matches, List<TextPiece> pieces)
    {
        pieces.EnsureCapacity(pieces.Count + matches.Length + 1);
        int done = 0;
        foreach (TextRange match in matches)
        {
            Add(piece, done, match.Start, pieces);
            Add(piece, match.Start, match.End, pieces);
            done = match.End;
        }

        Add(piece, done, piece.End - piece.Start, pieces);
    }

    void SplitBySegments(in TextPiece piece, List<TextRange> matches, List<TextPiece> pieces)
    {
        ReadOnlySpan<Segment> segments = CollectionsMarshal.AsSpan(Segments(matches, piece.End - piece.Start));
        for (int i = 0; i < segments.Length; i++)
        {
            Segment segment = segments[i];
            int last = LastJoined(segments, i);
            if (behavior != SplitBehavior.Removed || !segment.IsMatch)
            {
                Add(piece, segment.Start, segments[last].End, pieces);
            }

            i = last;
        }
    }

    /// <summary>Returns the last segment that forms one piece with the segment at <paramref name="at"/>.</summary>
    int LastJoined(ReadOnlySpan<Segment> segments, int at)
    {
        bool hasNext = at + 1 < segments.Length;
        switch (behavior)
        {
            case SplitBehavior.MergedWithPrevious when hasNext && !segments[at].IsMatch && segments[at + 1].IsMatch:
            case SplitBehavior.MergedWithNext when hasNext && segments[at].IsMatch && !segments[at + 1].IsMatch:
                return at + 1;
            case SplitBehavior.Contiguous:
                while (at + 1 < segments.Length && segments[at + 1].IsMatch == segments[at].IsMatch)
                {
                    at++;
                }

                return at;
            default:
                return at;
        }
    }

    /// <summary>Returns the matches and the text between them, in order.</summary>
    List<Segment> Segments(List<TextRange> matches, int length)
    {
        var segments = new List<Segment>((matches.Count * 2) + 1);
        int done = 0;
        foreach (TextRange match in matches)
        {
            if (match.Start > done)
            {
                segments.Add(new(done, match.Start, invert));
            }

            segments.Add(new(match.Start, match.End, !invert));
            done = match.End;
        }

        if (length > done)
        {
            segments.Add(new(done, length, invert));
        }

        return segments;
    }

    static void Add(in TextPiece piece, int start, int end, List<TextPiece> pieces)
    {
        if (end > start)
        {
            pieces.Add(piece.Slice(start, end));
        }
    }

    readonly record struct Segment(int Start, int End, bool IsMatch);
}
