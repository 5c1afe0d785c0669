// SPDX-License-Identifier: Apache-2.0
import {
  BufferAttribute,
  CustomBlending,
  DataTexture,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Matrix4,
  Mesh,
  NearestFilter,
  OneFactor,
  OneMinusSrcAlphaFactor,
  Points,
  PointsMaterial,
  RGBAIntegerFormat,
  ShaderMaterial,
  UnsignedIntType,
  Vector2,
  Vector3,
  Vector4,
  type BufferGeometry,
  type Camera,
  type WebGLRenderer,
} from 'three';

/** Splats in a row of the data texture. Each takes three texels, and four for its spherical harmonics. */
const ROW = 512;
const BASE_TEXELS = 3;
const SIDE_TEXELS = 4;
const BINS = 1 << 16;

const VERTEX = /* glsl */ `
  precision highp usampler2D;
  in vec2 corner;
  in uint order;
  uniform usampler2D base;
  uniform usampler2D sides;
  uniform vec2 viewport;
  uniform vec3 eye;
  out vec4 vColour;
  out vec2 vAt;

  uvec4 texel(usampler2D from, uint k, uint texels, uint which) {
    return texelFetch(from, ivec2((k % ${ROW}u) * texels + which, k / ${ROW}u), 0);
  }

  #if SH > 0
  float byteOf(uvec4 words[${SIDE_TEXELS}], int at) {
    uint word = words[at >> 4][(at >> 2) & 3];
    return (float((word >> uint(8 * (at & 3))) & 255u) - 128.0) / 128.0;
  }
  vec3 coefficient(uvec4 words[${SIDE_TEXELS}], int at) {
    return vec3(byteOf(words, at), byteOf(words, at + 1), byteOf(words, at + 2));
  }
  vec3 seenFrom(vec3 d, uint k) {
    uvec4 w[${SIDE_TEXELS}];
    for (uint t = 0u; t < ${SIDE_TEXELS}u; t++) w[t] = texel(sides, k, ${SIDE_TEXELS}u, t);
    float x = d.x, y = d.y, z = d.z;
    vec3 c = 0.4886025119029199 * (-y * coefficient(w, 0) + z * coefficient(w, 3) - x * coefficient(w, 6));
    #if SH > 1
    float xx = x * x, yy = y * y, zz = z * z;
    c += 1.0925484305920792 * x * y * coefficient(w, 12) - 1.0925484305920792 * y * z * coefficient(w, 15)
      + 0.31539156525252005 * (2.0 * zz - xx - yy) * coefficient(w, 18) - 1.0925484305920792 * x * z * coefficient(w, 21)
      + 0.5462742152960396 * (xx - yy) * coefficient(w, 24);
    #endif
    #if SH > 2
    c += -0.5900435899266435 * y * (3.0 * xx - yy) * coefficient(w, 28) + 2.890611442640554 * x * y * z * coefficient(w, 31)
      - 0.4570457994644658 * y * (4.0 * zz - xx - yy) * coefficient(w, 34) + 0.3731763325901154 * z * (2.0 * zz - 3.0 * xx - 3.0 * yy) * coefficient(w, 37)
      - 0.4570457994644658 * x * (4.0 * zz - xx - yy) * coefficient(w, 40) + 1.445305721320277 * z * (xx - yy) * coefficient(w, 43)
      - 0.5900435899266435 * x * (xx - 3.0 * yy) * coefficient(w, 46);
    #endif
    return c;
  }
  #endif

  void main() {
    gl_Position = vec4(0.0, 0.0, 2.0, 1.0); // out of sight, until it is known to be in it
    uvec4 a = texel(base, order, ${BASE_TEXELS}u, 0u);
    vec3 centre = uintBitsToFloat(a.xyz);
    vec4 seen = modelViewMatrix * vec4(centre, 1.0);
    vec4 clip = projectionMatrix * seen;
    if (seen.z > -1e-6 || clip.z < -clip.w || any(greaterThan(abs(clip.xy), vec2(1.3 * clip.w)))) return;
    vec4 s = uintBitsToFloat(texel(base, order, ${BASE_TEXELS}u, 1u));
    vec2 t = uintBitsToFloat(texel(base, order, ${BASE_TEXELS}u, 2u).xy);
    mat3 spread = mat3(s.x, s.y, s.z, s.y, s.w, t.x, s.z, t.x, t.y);

    // The ellipsoid as it falls on the picture: its spread, turned to the camera and seen in perspective, in pixels.
    vec2 focal = vec2(projectionMatrix[0][0], projectionMatrix[1][1]) * viewport * 0.5;
    float depth = -seen.z;
    mat3 flat_ = mat3(focal.x / depth, 0.0, 0.0, 0.0, focal.y / depth, 0.0, focal.x * seen.x / (depth * depth), focal.y * seen.y / (depth * depth), 0.0);
    mat3 turn = flat_ * mat3(modelViewMatrix);
    mat3 seenSpread = turn * spread * transpose(turn);
    float xx = seenSpread[0][0] + 0.3, xy = seenSpread[0][1], yy = seenSpread[1][1] + 0.3;
    float middle = 0.5 * (xx + yy);
    float away = length(vec2(0.5 * (xx - yy), xy));
    float large = middle + away, small = max(middle - away, 0.1);
    vec2 way = abs(xy) < 1e-9 ? (xx >= yy ? vec2(1.0, 0.0) : vec2(0.0, 1.0)) : normalize(vec2(xy, large - xx));
    vec2 major = min(sqrt(2.0 * large), 1024.0) * way;
    vec2 minor = min(sqrt(2.0 * small), 1024.0) * vec2(-way.y, way.x);

    vColour = vec4(float(a.w & 255u), float((a.w >> 8) & 255u), float((a.w >> 16) & 255u), float(a.w >> 24)) / 255.0;
    #if SH > 0
    vColour.rgb = max(vColour.rgb + seenFrom(normalize(centre - eye), order), 0.0);
    #endif
    vAt = 2.0 * corner;
    vec2 middlePoint = clip.xy / clip.w;
    gl_Position = vec4(middlePoint + 2.0 * (vAt.x * major + vAt.y * minor) / viewport, clip.z / clip.w, 1.0);
  }
`;

const FRAGMENT = /* glsl */ `
  in vec4 vColour;
  in vec2 vAt;
  out vec4 picture;
  void main() {
    float from = dot(vAt, vAt);
    if (from > 4.0) discard;
    float a = exp(-from) * vColour.a;
    picture = vec4(vColour.rgb * a, a); // the colours of a screen, as they were learned from pictures
  }
`;

/**
 * Gaussian splats, drawn from the farthest to the nearest. They are sorted in the same task in which they are drawn,
 * for the same camera, so that no picture is ever taken in an outdated order.
 */
export class Splats extends Mesh<InstancedBufferGeometry, ShaderMaterial> {
  readonly isSplats = true;
  readonly total: number;
  /** The centres of the splats, for passes that draw no colour; on no layer until such a pass enables it. */
  readonly cloud: Points;
  private readonly centres: Float32Array;
  private readonly order: InstancedBufferAttribute;
  private readonly sortedFor = new Vector4();
  private readonly keys: Uint16Array;

  constructor(source: BufferGeometry) {
    const count = source.getAttribute('position').count;
    const geometry = new InstancedBufferGeometry();
    geometry.setAttribute('corner', new BufferAttribute(new Float32Array([-1, -1, 1, -1, 1, 1, -1, 1]), 2));
    geometry.setIndex([0, 1, 2, 0, 2, 3]);
    const order = new InstancedBufferAttribute(
      Uint32Array.from({ length: count }, (_, k) => k),
      1,
    );
    geometry.setAttribute('order', order);
    geometry.instanceCount = count;
    const degree = [1, 2, 3].filter((band) => source.hasAttribute(`sphericalHarmonics${band}`)).length;
    const material = new ShaderMaterial({
      glslVersion: '300 es',
      defines: { SH: degree },
      uniforms: {
        base: { value: baseTexture(source, count) },
        sides: { value: degree > 0 ? sidesTexture(source, count, degree) : null },
        viewport: { value: new Vector2() },
        eye: { value: new Vector3() },
      },
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      transparent: true,
      depthWrite: false,
      toneMapped: false,
      blending: CustomBlending,
      blendSrc: OneFactor,
      blendDst: OneMinusSrcAlphaFactor,
      blendSrcAlpha: OneFactor,
      blendDstAlpha: OneMinusSrcAlphaFactor,
    });
    super(geometry, material);
    this.total = count;
    this.order = order;
    this.centres = source.getAttribute('position').array as Float32Array;
    this.keys = new Uint16Array(count);
    this.frustumCulled = false;
    const middles = source.clone();
    for (const name of Object.keys(middles.attributes)) if (name !== 'position') middles.deleteAttribute(name);
    this.cloud = new Points(middles, new PointsMaterial());
    this.cloud.layers.disableAll();
    this.add(this.cloud);
  }

  override onBeforeRender = (renderer: WebGLRenderer, _scene: unknown, camera: Camera): void => {
    const size = renderer.getCurrentViewport(new Vector4());
    const { viewport, eye } = this.material.uniforms as { viewport: { value: Vector2 }; eye: { value: Vector3 } };
    viewport.value.set(size.z, size.w);
    const modelView = new Matrix4().multiplyMatrices(camera.matrixWorldInverse, this.matrixWorld);
    eye.value.setFromMatrixPosition(new Matrix4().copy(modelView).invert());
    this.material.uniformsNeedUpdate = true;
    const { elements: m } = modelView;
    const row = new Vector4(m[2], m[6], m[10], m[14]); // the depth of a centre along the line of sight
    if (row.equals(this.sortedFor)) return;
    this.sortedFor.copy(row);
    this.sort(row);
  };

  override dispose(): void {
    for (const { value } of Object.values(this.material.uniforms)) (value as { dispose?(): void } | null)?.dispose?.();
    this.geometry.dispose();
    this.material.dispose();
  }

  /** Counting sort, farthest first. */
  private sort({ x, y, z, w }: Vector4): void {
    const { centres, keys, total: count } = this;
    let near = -Infinity;
    let far = Infinity;
    const depths = new Float32Array(count);
    for (let k = 0, at = 0; k < count; k++, at += 3) {
      const depth = x * centres[at]! + y * centres[at + 1]! + z * centres[at + 2]! + w;
      depths[k] = depth;
      if (depth > near) near = depth;
      if (depth < far) far = depth;
    }
    const scale = (BINS - 1) / (near - far || 1);
    const starts = new Uint32Array(BINS + 1);
    for (let k = 0; k < count; k++) {
      const key = (depths[k]! - far) * scale;
      keys[k] = key;
      starts[keys[k]! + 1]!++;
    }
    for (let bin = 1; bin <= BINS; bin++) starts[bin]! += starts[bin - 1]!;
    const order = this.order.array as Uint32Array;
    for (let k = 0; k < count; k++) order[starts[keys[k]!]!++] = k;
    this.order.needsUpdate = true;
  }
}

function dataTexture(
  count: number,
  texels: number,
  fill: (words: Uint32Array, floats: Float32Array) => void,
): DataTexture {
  const rows = Math.max(1, Math.ceil(count / ROW));
  const words = new Uint32Array(ROW * texels * rows * 4);
  fill(words, new Float32Array(words.buffer));
  const texture = new DataTexture(words, ROW * texels, rows, RGBAIntegerFormat, UnsignedIntType);
  texture.internalFormat = 'RGBA32UI';
  texture.minFilter = texture.magFilter = NearestFilter;
  texture.unpackAlignment = 4;
  texture.needsUpdate = true;
  return texture;
}

function baseTexture(source: BufferGeometry, count: number): DataTexture {
  const centres = source.getAttribute('position').array;
  const spreads = source.getAttribute('covariance').array;
  const colours = source.getAttribute('color').array;
  return dataTexture(count, BASE_TEXELS, (words, floats) => {
    for (let k = 0; k < count; k++) {
      const at = k * BASE_TEXELS * 4;
      for (let c = 0; c < 3; c++) floats[at + c] = centres[3 * k + c]!;
      words[at + 3] =
        colours[4 * k]! | (colours[4 * k + 1]! << 8) | (colours[4 * k + 2]! << 16) | (colours[4 * k + 3]! << 24);
      for (let c = 0; c < 6; c++) floats[at + 4 + c] = spreads[6 * k + c]!;
    }
  });
}

/** Three bands of 9, 15 and 21 bytes, each padded to whole words: 3, 4 and 6. */
function sidesTexture(source: BufferGeometry, count: number, degree: number): DataTexture {
  return dataTexture(count, SIDE_TEXELS, (words) => {
    [3, 4, 6].slice(0, degree).forEach((length, band) => {
      const values = source.getAttribute(`sphericalHarmonics${band + 1}`).array;
      const first = [0, 3, 7][band]!;
      for (let k = 0; k < count; k++)
        for (let w = 0; w < length; w++) words[k * SIDE_TEXELS * 4 + first + w] = values[k * length + w]!;
    });
  });
}
