using System.Buffers.Binary;
using System.Text;

namespace Backsnap.Host.Tests.Telemetry;

/// <summary>A message in protobuf's wire format, as its fields by number: enough to look into what a collector receives.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)> fields = [];

    public ProtoMessage(ReadOnlyMemory<byte> message)
    {
        while (message.Length > 0)
        {
            var tag = Varint(ref message);
            var number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    fields.Add((number, Varint(ref message), default));
                    break;
                case 1:
                    fields.Add((number, BinaryPrimitives.ReadUInt64LittleEndian(message.Span), default));
                    message = message[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref message);
                    fields.Add((number, 0, message[..length]));
                    message = message[length..];
                    break;
                case 5:
                    fields.Add((number, BinaryPrimitives.ReadUInt32LittleEndian(message.Span), default));
                    message = message[4..];
                    break;
                default:
                    throw new InvalidDataException($"field {number} has wire type {tag & 7}");
            }
        }
    }

    public IEnumerable<ProtoMessage> Messages(int number) => fields.Where(field => field.Number == number).Select(field => new ProtoMessage(field.Bytes));

    public ProtoMessage? Message(int number) => Messages(number).FirstOrDefault();

    public string Text(int number) => Encoding.UTF8.GetString(Bytes(number).Span);

    public string Hex(int number) => Convert.ToHexStringLower(Bytes(number).Span);

    public ReadOnlyMemory<byte> Bytes(int number) => fields.FirstOrDefault(field => field.Number == number).Bytes;

    public bool Has(int number) => fields.Any(field => field.Number == number);

    public ulong Number(int number) => fields.FirstOrDefault(field => field.Number == number).Value;

    public double Real(int number) => BitConverter.UInt64BitsToDouble(Number(number));

    /// <summary>The attributes (KeyValue messages) in a field, as texts.</summary>
    public IReadOnlyDictionary<string, string> Attributes(int number) => Messages(number).ToDictionary(pair => pair.Text(1), pair => Value(pair.Message(2)!));

    private static string Value(ProtoMessage any) => any.Has(1) ? any.Text(1) : any.Has(3) ? $"{(long)any.Number(3)}" : any.Has(4) ? $"{any.Real(4)}" : $"{any.Number(2) != 0}";

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        var (value, shift) = (0UL, 0);
        while (true)
        {
            var next = message.Span[0];
            message = message[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }

            shift += 7;
        }
    }
}
