// The camera reads bar codes and QR codes: by the browser's own reader where it has one, else by ours, fetched then.
const KINDS = ["ean_13", "ean_8", "upc_a", "code_128", "code_39", "itf", "qr_code", "data_matrix"];
const PAUSE = 120;
const CODED = /^(barcode|code|serial_number|lot|tracking_number)$/;
const LISTED = /^\/(products|lots)\/choices$/;

// A button in every field that holds a code or finds something by one; `enter` is given the field and what was read.
export function start(enter) {
  document.querySelectorAll("form[data-keep] .input").forEach(furnish);
  document.addEventListener("focusin", (event) => furnish(event.target));
  document.addEventListener("click", (event) => look(event, enter));
}

function furnish(box) {
  const coded = box.matches?.(".field > input") && CODED.test(box.dataset.cell);
  const picked = box.matches?.(".picker > [role=combobox]") && LISTED.test(box.dataset.url);
  if (!(coded || picked) || box.parentElement.querySelector(".camera")) return;
  const active = document.activeElement;
  if (coded) {
    const around = Object.assign(document.createElement("span"), { className: "with-camera" });
    box.replaceWith(around);
    around.append(box);
  }
  box.parentElement.append(document.querySelector("#camera").content.querySelector("button").cloneNode(true));
  if (active === box) box.focus();
}

async function look(event, enter) {
  const box = event.target.closest?.("button.camera")?.parentElement.querySelector(".input");
  const text = box && (await read(document.querySelector("#camera").content.querySelector("dialog").cloneNode(true)));
  if (text) enter(box, text);
}

// Shows what the camera sees until it reads a code; "" when the dialog is closed first.
async function read(dialog) {
  document.body.append(dialog);
  dialog.showModal();
  const video = dialog.querySelector("video");
  const closed = new Promise((done) => dialog.addEventListener("close", () => done("")));
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
    await video.play();
    return await Promise.race([closed, seen(video, dialog, await reader())]);
  } catch {
    dialog.querySelector("[role=alert]").hidden = false;
    return await closed;
  } finally {
    video.srcObject?.getTracks().forEach((track) => track.stop());
    dialog.remove();
  }
}

async function seen(video, dialog, reads) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  while (dialog.open) {
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    context.drawImage(video, 0, 0);
    const text = await reads(canvas);
    if (text) return plain(text);
    await new Promise((done) => setTimeout(done, PAUSE));
  }
  return "";
}

async function reader() {
  const known = "BarcodeDetector" in window ? await BarcodeDetector.getSupportedFormats() : [];
  if (!known.includes("ean_13")) return ours();
  const own = new BarcodeDetector({ formats: KINDS.filter((one) => known.includes(one)) });
  return async (canvas) => (await own.detect(canvas))[0]?.rawValue;
}

async function ours() {
  const { BarcodeFormat, BinaryBitmap, DecodeHintType, HTMLCanvasElementLuminanceSource, HybridBinarizer, MultiFormatReader } = await import("@zxing/library");
  const own = new MultiFormatReader();
  const formats = KINDS.map((one) => BarcodeFormat[one.toUpperCase()]);
  own.setHints(new Map([[DecodeHintType.POSSIBLE_FORMATS, formats], [DecodeHintType.ASSUME_GS1, true], [DecodeHintType.TRY_HARDER, true]]));
  return (canvas) => {
    try {
      return own.decodeWithState(new BinaryBitmap(new HybridBinarizer(new HTMLCanvasElementLuminanceSource(canvas)))).getText();
    } catch {
      return ""; // no code in this picture
    }
  };
}

// GS1 says more than which article it is (lot, days): what is looked up is the article, as its plain code has it.
function plain(text) {
  const article = /\/01\/(\d{14})(?!\d)/.exec(text) ?? /^(?:\][A-Za-z]\d|\u001d)?\(?01\)?(\d{14})/.exec(text);
  return article ? article[1].replace(/^0/, "") : text.replace(/^\][A-Za-z]\d/, "");
}
